/**
 * What the exit code of the program says, with or without a window.
 */
import { type ErrorCode, RULE_CODES } from '../shared/errors.ts';

/** 2 usage or settings · 3 refused by a rule · 4 a store unreachable or unfit · 5 outcome not known yet · 1 a defect of ours. */
export function exitCode(code: ErrorCode): number {
  if ((RULE_CODES as readonly ErrorCode[]).includes(code)) return 3;
  switch (code) {
    case 'USAGE':
    case 'SETTINGS_INVALID':
    case 'BAD_REQUEST':
      return 2;
    case 'OUTCOME_UNKNOWN':
      return 5;
    case 'INTERNAL':
      return 1;
    default:
      return 4;
  }
}
