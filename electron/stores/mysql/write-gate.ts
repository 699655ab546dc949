/** Nothing is written into a database before it was found fit, nor after it was found to be so no more. */
import { StoreFailure, type StoreDescription } from '../../core/ports.ts';

interface WriteGate {
  /** Looks again, and lets writes through or not by what it finds. A database that does not answer says nothing about its fitness. */
  prepare(): Promise<StoreDescription>;
  /** Runs a write. The first one has the database looked at when nobody has yet. Throws StoreFailure 'no' while it is not fit. */
  whenFit<T>(write: () => Promise<T>): Promise<T>;
}

export function createWriteGate(look: () => Promise<StoreDescription>): WriteGate {
  let fit = false;
  let looking: Promise<StoreDescription> | null = null;

  const prepare = async (): Promise<StoreDescription> => {
    try {
      const description = await look();
      fit = true;
      return description;
    } catch (error) {
      if (error instanceof StoreFailure && error.code === 'LEDGER_UNFIT') fit = false;
      throw error;
    }
  };

  return {
    prepare,
    async whenFit(write) {
      if (!fit) {
        // Whoever comes meanwhile shares the look.
        looking ??= prepare().finally(() => (looking = null));
        await looking.catch((error: unknown) => {
          throw error instanceof StoreFailure ? new StoreFailure(error.code, error.message, 'no') : error;
        });
      }
      return write();
    },
  };
}
