import { useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { useScreen } from '../store.ts';

type Later<P extends object> = ComponentType<P> & { readonly preload: () => Promise<void> };

/**
 * A part of the screen in a file of its own, which no start waits for. Once it is loaded it is shown in the same frame; React's lazy
 * would show its fallback first, and then keep it for a third of a second. A file that cannot be read is told like any failure and
 * leaves the rest of the screen as it is.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, fallback: ReactNode = null): Later<P> {
  let Loaded: ComponentType<P> | null = null;
  const preload = async (): Promise<void> => {
    Loaded ??= await load();
  };
  function Part(props: P) {
    const [, setLoaded] = useState(Loaded !== null);
    useEffect(() => {
      if (Loaded === null) preload().then(() => setLoaded(true), tellFailure);
    }, []);
    return Loaded === null ? fallback : <Loaded {...props} />;
  }
  return Object.assign(Part, { preload });
}

function tellFailure(cause: unknown): void {
  useScreen.setState({ dialog: 'none', menu: null, notice: { code: 'INTERNAL', message: cause instanceof Error ? cause.message : 'A part of the screen could not be loaded.' } });
}
