import { useEffect } from 'react';
import { takeScan } from '../joining.ts';
import { listenToScanner } from '../scanner.ts';

/** Shows nothing: a scanner is heard wherever the focus is, for as long as the booth is on screen. */
export function ScannerInput() {
  useEffect(() => listenToScanner(takeScan), []);
  return null;
}
