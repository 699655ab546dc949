/** Every mistake the campaign makes. */
import type { Mutation } from './mutation.ts';
import { OWN_MISTAKES } from './own-mistakes.ts';
import { PROTOCOL_MISTAKES } from './protocol-mistakes.ts';
import { REPAIR_MISTAKES } from './repair-mistakes.ts';

export const MUTATIONS: readonly Mutation[] = [...PROTOCOL_MISTAKES, ...REPAIR_MISTAKES, ...OWN_MISTAKES];
