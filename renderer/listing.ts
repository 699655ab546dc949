/** A list that the main process reads when it is opened, and again when what people see has changed. */
import { useEffect, useState } from 'react';
import type { Requests } from '../shared/channels.ts';
import type { AppError } from '../shared/errors.ts';
import { request } from './api.ts';
import { useScreen } from './store.ts';

type ListChannel = 'booth:list-queue' | 'booth:list-departures' | 'booth:list-leftovers';

interface Listing<C extends ListChannel> {
  /** The last that was read; null until then. */
  readonly value: Requests[C]['answer'] | null;
  /** Why the last attempt failed. */
  readonly error: AppError | null;
}

/** A busy booth changes many times a second; people read slower. */
const PAUSE_MS = 1_000;

/** Follows a list of a booth for as long as it is on screen. */
export function useListing<C extends ListChannel>(channel: C, boothId: number): Listing<C> {
  const [listing, setListing] = useState<Listing<C>>({ value: null, error: null });
  useEffect(() => {
    let stop: () => void = () => undefined;
    let isOver = false;
    const read = async (): Promise<void> => {
      const seen = useScreen.getState().snapshot?.version;
      const answer = await request(channel, { boothId });
      if (isOver) return;
      setListing(({ value }) => (answer.ok ? { value: answer.value, error: null } : { value, error: answer.error }));
      const timer = setTimeout(() => {
        if (useScreen.getState().snapshot?.version !== seen) return void read();
        stop = useScreen.subscribe((state) => {
          if (state.snapshot?.version === seen) return;
          stop();
          void read();
        });
      }, PAUSE_MS);
      stop = () => clearTimeout(timer);
    };
    void read();
    return () => {
      isOver = true;
      stop();
    };
  }, [channel, boothId]);
  return listing;
}
