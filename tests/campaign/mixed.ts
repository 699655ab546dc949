/**
 * The mixed festival for minutes, on one SQL server or on each: a line every ten seconds, one table at the end.
 * Exit code 0: kiosks wronged nobody. 1: they did; the seed and all that is on record of those visitors are printed. 2: usage.
 */
import { parseArgs } from 'node:util';
import type { CampaignEnd } from './campaign-end.ts';
import { type Figures, type MixedReport, runMixedFestival } from '../support/mixed/festival.ts';

const LEDGERS = ['mariadb', 'mysql'] as const;
type Ledger = (typeof LEDGERS)[number];
const BOOTHS = [{ id: 1, capacity: 4 }, { id: 2, capacity: 6 }, { id: 3, capacity: 3 }] as const;

export async function runMixedCampaign(args: readonly string[]): Promise<CampaignEnd> {
  const options = readOptions(args);
  if (options === null) {
    say('Usage: mixed [--minutes 10] [--ledger mariadb|mysql|both] [--seed N]');
    return { code: 2, figures: '' };
  }
  const { ledgers, minutes, seed } = options;
  const reports: [Ledger, MixedReport][] = [];
  for (const ledger of ledgers) {
    say(`Mixed festival on ${ledger}, ${minutes} minute(s), seed ${seed}`);
    process.env['KIOSK_TEST_LEDGER'] = ledger;
    reports.push([ledger, await runMixedFestival({ seed, seconds: minutes * 60, booths: BOOTHS, kiosks: 4, users: 80, onProgress: progress })]);
  }
  for (const [ledger, report] of reports) conclude(ledger, report);
  const wronged = reports.some(([, { atRest, afterRepair }]) => atRest.kioskFaults.length + afterRepair.kioskFaults.length > 0);
  const told = reports.map(([ledger, { atRest, kioskCalls, kioskDeaths }]) => `${ledger}: ${atRest.tickets} tickets, ${kioskCalls} calls, ${kioskDeaths} deaths of kiosks`);
  return { code: wronged ? 1 : 0, figures: `seed ${seed}; ${told.join('; ')}` };
}

function readOptions(args: readonly string[]): { readonly minutes: number; readonly ledgers: readonly Ledger[]; readonly seed: number } | null {
  try {
    const { values } = parseArgs({ args: [...args], options: { minutes: { type: 'string', default: '10' }, ledger: { type: 'string', default: 'both' }, seed: { type: 'string' } } });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))];
    const ledgers = LEDGERS.filter((each) => values.ledger === 'both' || values.ledger === each);
    return minutes > 0 && Number.isSafeInteger(seed) && ledgers.length > 0 ? { minutes, seed, ledgers } : null;
  } catch {
    return null;
  }
}

function progress({ elapsedS, joins, kioskCalls, backendCalls, faults, kioskDeaths, backendDeaths, violations }: Figures): void {
  say(`  ${String(elapsedS).padStart(4)} s  ${joins} joined, called by kiosks ${kioskCalls}, by the backend ${backendCalls}; ${faults} faults, deaths of kiosks ${kioskDeaths}, of the backend ${backendDeaths}; violations by kiosks ${violations ?? 'not looked at, the database is away'}`);
}

function conclude(ledger: Ledger, { seed, atRest, afterRepair, injected, taps, ...figures }: MixedReport): void {
  const rows: [string, number | string][] = [
    ['seed', seed],
    ['seconds', figures.elapsedS],
    ['tickets', atRest.tickets],
    ['calls by kiosks', figures.kioskCalls],
    ['calls by the backend', figures.backendCalls],
    ['deaths of kiosks', figures.kioskDeaths],
    ['deaths of the backend', figures.backendDeaths],
    ...Object.entries(injected).map(([fault, times]): [string, number] => [`fault: ${fault}`, times]),
    ...Object.entries(taps).toSorted(([a], [b]) => a.localeCompare(b)).map(([tap, times]): [string, number] => [`tap: ${tap}`, times]),
    ...Object.entries(atRest.brokenByBackend).map(([what, times]): [string, string] => [`backend: ${what}`, `${times}, after repair ${afterRepair.brokenByBackend[what] ?? 0}`]),
    ...Object.entries(atRest.overwritten).map(([what, times]): [string, number] => [`backend overwrote: ${what}`, times]),
    ['backend called into a full booth', atRest.overfull],
    ['wronged by kiosks', atRest.kioskFaults.length],
    ['wronged by kiosks, after repair', afterRepair.kioskFaults.length],
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  say(`\n${ledger}\n${rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`).join('\n')}`);
  for (const fault of new Set([...atRest.kioskFaults, ...afterRepair.kioskFaults])) say(`  WRONG: ${fault}`);
  for (const story of atRest.stories) say(story);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
