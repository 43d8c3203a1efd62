import { randomBytes } from 'node:crypto';

/** 128 random bits as 32 hex digits, drawn anew for every exec: nothing on a server can hold them beforehand. */
export const createNonce = (): string => randomBytes(16).toString('hex');
