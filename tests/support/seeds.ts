/** The seeds a test runs with: its own, or those of KIOSK_SEED: one ("7"), or a range ("7-56"). Throws on anything else. */
export function seedsOr(defaults: readonly number[]): readonly number[] {
  const given = process.env['KIOSK_SEED'];
  if (given === undefined) return defaults;
  const [from, to] = /^(\d+)(?:-(\d+))?$/.exec(given)?.slice(1) ?? [];
  if (from === undefined) throw new Error(`KIOSK_SEED: "${given}" is no seed and no range of seeds like 7-56`);
  return Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, index) => Number(from) + index);
}
