import type { Refused } from '../../../engine/ports.ts';
import { STATUS } from './replies.ts';

/** What a status code says of a path. */
export const refusalOf = (code: number): Refused =>
  code === STATUS.noSuchFile ? 'absent' : code === STATUS.permissionDenied ? 'denied' : 'failed';
