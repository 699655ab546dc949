import type { Ledger } from './ledger.ts';

/** The festival's booths. Throws StoreFailure. */
export async function boothIds({ ledger }: { readonly ledger: Pick<Ledger, 'listBooths'> }): Promise<readonly number[]> {
  return (await ledger.listBooths()).map((booth) => booth.boothId);
}
