/** Values that cross the border must mean the same on every side: JSON, and nothing JSON would change or drop. */

/** Throws when a value is not plain JSON data. `where` names it in the message. */
export function assertJsonSafe(value: unknown, where: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => assertJsonSafe(item, `${where}[${index}]`));
    return;
  }
  if (typeof value === 'object' && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)) {
    for (const [key, field] of Object.entries(value)) assertJsonSafe(field, `${where}.${key}`);
    return;
  }
  throw new TypeError(`${where} is not JSON-safe: ${Object.prototype.toString.call(value)}.`);
}
