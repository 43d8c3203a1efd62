import { Session } from 'node:inspector';

/** Asks V8 which blocks of the script ran since it was asked last, as texts that stand for their places. */
export function createCoverage(scriptUrl: string): () => readonly string[] {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return () => {
    const ran: string[] = [];
    // The session is this thread's own, so that it answers before `post` returns.
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error) throw error;
      for (const script of taken.result.filter(({ url }) => url === scriptUrl))
        for (const { startOffset, endOffset, count } of script.functions.flatMap(({ ranges }) => ranges))
          if (count > 0) ran.push(`${startOffset}-${endOffset}`);
    });
    return ran;
  };
}
