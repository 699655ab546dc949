/**
 * How long to wait before the next attempt, in ms: doubling up to a cap, and of that a random half to all, so that many kiosks whose
 * server comes back do not ask it at one moment.
 * @param failures in a row, at least 1
 */
export function backoffWithJitter(failures: number, firstMs: number, capMs: number): number {
  const ceiling = Math.min(firstMs * 2 ** (failures - 1), capMs);
  return ceiling * (0.5 + Math.random() / 2);
}
