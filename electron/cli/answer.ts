/** What goes to stdout with --json. `error` beside other fields: partly done, and why. */
import type { AppError } from '../../shared/errors.ts';

export type Answer = Readonly<Record<string, unknown>> & { readonly error?: AppError };
