/**
 * The kiosk behind its channels: before anything is chosen it asks (set-up), then it works on the chosen stores.
 */
import type { ConnectRequest, RequestChannel, Requests } from '../shared/channels.ts';
import { type Result, fail, ok } from '../shared/errors.ts';
import type { Language, Snapshot } from '../shared/snapshot.ts';
import type { Config, DisplayPlace } from './config.ts';
import { type Logger, StoreFailure } from './core/ports.ts';
import { type Stores, openEmbedded, openServers } from './open-stores.ts';
import type { ChooseFile } from './reports.ts';
import { saveSettings } from './save-settings.ts';
import { type KeyStore, splitPassword } from './secrets.ts';
import { type Session, startSession } from './session.ts';
import { createSnapshotFeed } from './snapshot-feed.ts';
import { migrateLedger, tryStore } from './store-trial.ts';

/** One function for every channel; requests arrive validated. Failures are values; what is thrown is a defect. */
export type Handlers = {
  [C in RequestChannel]: (request: Requests[C]['request']) => Promise<Result<Requests[C]['answer']>>;
};

export interface Kiosk {
  readonly handlers: Handlers;
  /** Where the settings want the visitors' display. */
  readonly display: DisplayPlace;
  /** Calls `listener` with every new snapshot; the function returned stops it. */
  onSnapshot(listener: (snapshot: Snapshot) => void): () => void;
  /** Drains what is under way (bounded), closes the stores. */
  close(): Promise<void>;
}

const NOTHING_YET: Pick<Snapshot, 'demoArrivals' | 'staff' | 'booth' | 'boothProblem' | 'booths' | 'stores' | 'locks' | 'lastPass' | 'monitoring' | 'reconciling' | 'clearing' | 'pending' | 'settled'> = {
  demoArrivals: false,
  staff: { names: [], chosen: null },
  booth: null,
  boothProblem: null,
  booths: [],
  stores: [],
  locks: [],
  lastPass: null,
  monitoring: { lead: false, mirroredAt: null, passes: [], settled: 0, failed: 0, alerts: [], incidents: [] },
  reconciling: false,
  clearing: null,
  pending: [],
  settled: [],
};

/**
 * Starts the kiosk on the stores of its settings, or in set-up when they name none.
 * Servers that are down are a state of the screen; embedded stores that cannot be opened are a failure.
 * @param systemLanguage used until a language is chosen
 * @param chooseFile asks the person at the screen where to save
 */
export async function createKiosk(initial: Config, systemLanguage: Language, keyStore: KeyStore, logger: Logger, chooseFile: ChooseFile): Promise<Result<Kiosk>> {
  let config = initial;
  let passwordLost = false;
  let session: Session | null = null;
  let language = config.language ?? systemLanguage;
  let { sound } = config;
  const feed = createSnapshotFeed(() => ({
    phase: session === null ? 'setup' : 'running',
    kioskId: config.kioskId,
    language,
    sound,
    embedded: config.stores?.kind === 'embedded',
    scannerPrefix: config.scannerPrefix,
    timeZone: config.timeZone,
    now: Date.now(),
    ...withNotice(session?.view() ?? NOTHING_YET, passwordLost),
  }));

  /** Opens the stores of these settings and goes to work; on failure everything stays as it was. */
  const open = async (next: Config): Promise<Result<null>> => {
    if (session !== null || next.stores === null) return fail('BAD_REQUEST', 'The kiosk is set up already.');
    const stores = await opened(next, next.language ?? systemLanguage, logger);
    if (!stores.ok) return stores;
    config = next;
    session = startSession(stores.value, config, { logger, chooseFile, onChange: feed.changed });
    if (config.demoArrivals && config.stores?.kind === 'embedded') session.demo.set(true);
    feed.changed();
    return ok(null);
  };

  /** A choice made at the booth. One that cannot be kept (a settings file nobody may write) still holds until the next start. */
  const remember = (changes: Parameters<typeof saveSettings>[1]): Result<null> => {
    const saved = saveSettings(config.settingsFile, changes);
    if (!saved.ok) logger.log('warn', 'choice-not-kept', { reason: saved.error.message });
    return ok(null);
  };

  const running = async <T>(run: (session: Session) => Promise<Result<T>> | Result<T>): Promise<Result<T>> =>
    session === null ? fail('BAD_REQUEST', 'The kiosk is not set up yet.') : run(session);

  const handlers: Handlers = {
    'snapshot:get': async () => ok(feed.current()),
    'booth:call-next': ({ boothId, ...asked }) => running(({ taps }) => taps.callNext(boothId, asked)),
    'booth:call-chosen': ({ boothId, userId, ...asked }) => running(({ taps }) => taps.callChosen(boothId, userId, asked)),
    'booth:call-several': ({ boothId, count }) => running(({ taps }) => taps.callSeveral(boothId, count)),
    'booth:leave': ({ boothId, userId, ...asked }) => running(({ taps }) => taps.leave(boothId, userId, asked)),
    'booth:list-queue': ({ boothId }) => running(({ lists }) => lists.queue(boothId)),
    'booth:list-departures': ({ boothId }) => running(({ lists }) => lists.departures(boothId)),
    'booth:list-leftovers': ({ boothId }) => running(({ lists }) => lists.leftovers(boothId)),
    'booth:clear-leftovers': ({ boothId, before, reason }) => running(({ clearing }) => clearing.run(boothId, before, reason)),
    'visit:act': (act) => running(({ taps }) => taps.onVisit(act)),
    'booth:set-status': ({ boothId, change, reason }) => running(({ taps }) => taps.changeBooth(boothId, change, reason)),
    'booth:add-visitor': ({ boothId, name }) => running(({ taps }) => taps.addVisitor(boothId, name)),
    'booth:add-by-phone': ({ boothId, phone }) => running(({ taps }) => taps.addByPhone(boothId, phone)),
    'booth:add-known': ({ boothId, userId }) => running(({ taps }) => taps.addKnown(boothId, userId)),
    'booth:note-lost-queue': () =>
      running(({ board }) => {
        board.noteLostQueue();
        return ok(null);
      }),
    'booth:select': ({ boothId }) =>
      running(({ board }) => {
        board.select(boothId);
        return remember({ boothId });
      }),
    'report:read': (request) => running(({ reports }) => reports.read(request)),
    'report:save': (request) => running(({ reports }) => reports.save(request)),
    'kiosk:reconcile': () => running(async ({ reconciler }) => ok(await reconciler.byHand())),
    'kiosk:retry-stores': () =>
      running(async (now) => {
        await now.retry();
        return ok(null);
      }),
    'kiosk:set-language': async (request) => {
      language = request.language;
      feed.changed();
      return remember({ language });
    },
    'kiosk:set-sound': async (request) => {
      sound = request;
      feed.changed();
      return remember({ announces: sound.announces, soundMuted: sound.muted, soundVolume: sound.volume });
    },
    'kiosk:choose-staff': ({ name }) =>
      running(({ staff }) => (staff.choose(name) ? ok(null) : fail('BAD_REQUEST', 'The settings know nobody of this name.'))),
    'kiosk:set-demo-arrivals': ({ on }) =>
      running(({ demo }) => {
        if (config.stores?.kind !== 'embedded') return fail('BAD_REQUEST', 'Simulated visitors exist on the embedded stores only.');
        demo.set(on);
        return remember({ demoArrivals: on });
      }),
    'setup:try-here': async (request) => {
      const result = await open({ ...config, stores: { kind: 'embedded' }, language: request.language, demoArrivals: true });
      if (!result.ok) return result;
      language = request.language;
      return saveSettings(config.settingsFile, { embedded: true, demoArrivals: true, language });
    },
    'setup:try-store': ({ store, url }) => tryStore(store, url, config, logger),
    'setup:connect': async (request) => {
      const { redisUrl, mysqlUrl, boothId, kioskId } = request;
      const { settings, sealed } = connectSettings(request, keyStore);
      // A folder nobody may write to is said before anything is opened.
      const writable = saveSettings(config.settingsFile, {});
      if (!writable.ok) return writable;
      // The test before has told the person that this will be done. It is the only place where a kiosk changes tables.
      const migrated = await migrateLedger(mysqlUrl, config, logger);
      if (!migrated.ok) return migrated;
      const result = await open({ ...config, stores: { kind: 'servers', redisUrl, mysqlUrl }, boothId, kioskId, language: request.language });
      if (!result.ok) return result;
      passwordLost = !sealed;
      language = request.language;
      feed.changed();
      return saveSettings(config.settingsFile, settings);
    },
  };

  if (config.stores !== null) {
    const result = await open(config);
    if (!result.ok) {
      feed.stop();
      return result;
    }
  }
  return ok({
    handlers,
    display: config.display,
    onSnapshot: feed.listen,
    async close() {
      feed.stop();
      await session?.close();
    },
  });
}

/** What set-up writes to the file. sealed: false when a password could not be kept, because this machine has no key store. */
function connectSettings(request: ConnectRequest, keyStore: KeyStore): { readonly settings: Parameters<typeof saveSettings>[1]; readonly sealed: boolean } {
  const redis = splitPassword(request.redisUrl);
  const mysql = splitPassword(request.mysqlUrl);
  const seal = (password: string | null): string | null | undefined => (password === null ? undefined : keyStore.seal(password));
  const [redisSealed, mysqlSealed] = [seal(redis.password), seal(mysql.password)];
  const { boothId, kioskId, language } = request;
  return {
    settings: {
      redisUrl: redis.url,
      mysqlUrl: mysql.url,
      redisPasswordSealed: redisSealed ?? undefined,
      mysqlPasswordSealed: mysqlSealed ?? undefined,
      embedded: undefined,
      demoArrivals: undefined,
      boothId,
      kioskId,
      language,
    },
    sealed: redisSealed !== null && mysqlSealed !== null,
  };
}

/** A password that will be asked for again at the next start is worth a warning now. */
function withNotice<V extends Pick<Snapshot, 'stores'>>(view: V, passwordLost: boolean): V {
  if (!passwordLost) return view;
  return { ...view, stores: view.stores.map((store) => ({ ...store, warnings: [...store.warnings, 'password-not-kept'] })) };
}

async function opened(config: Config, language: Language, logger: Logger): Promise<Result<Stores>> {
  try {
    return ok(config.stores?.kind === 'servers' ? openServers(config.stores, config, logger) : await openEmbedded(config, language, logger));
  } catch (error) {
    if (error instanceof StoreFailure) return fail(error.code, error.message);
    throw error;
  }
}
