/** The ways into the queue from this screen: by name, by telephone number, by a scanned code. */
import { request } from './api.ts';
import { clearJoined, tap } from './actions.ts';
import type { JoinAnswer } from '../shared/channels.ts';
import type { Result } from '../shared/errors.ts';
import { scannedUserId, shortCode } from '../shared/scan-code.ts';
import type { BoothView } from '../shared/snapshot.ts';
import { openDialog, useScreen, type Scanned } from './store.ts';
import { holdsSubject, tapSubject } from './taps.ts';

/** Adds a visitor by name; the answer is kept for the dialog. */
export function addVisitor(boothId: number, name: string): void {
  void tap({ kind: 'join', boothId, id: null }, () => kept(request('booth:add-visitor', { boothId, name })));
}

/** Adds a visitor by the digits of a telephone number. */
export function addByPhone(boothId: number, phone: string): void {
  void tap({ kind: 'join', boothId, id: null }, () => kept(request('booth:add-by-phone', { boothId, phone })));
}

/** What a scan does: the dialog opens, and a visitor the festival knows joins at once. Who is called already is not queued again. */
export function takeScan(code: string): void {
  const { snapshot, taps } = useScreen.getState();
  const booth = snapshot?.booth ?? null;
  if (snapshot === null || booth === null) return;
  if (holdsSubject(taps[tapSubject('join', null)])) {
    useScreen.setState({ scanned: { kind: 'busy' } });
  } else {
    clearJoined();
    const scanned = meaningOf(code, snapshot.scannerPrefix, booth);
    useScreen.setState({ scanned });
    if (scanned.kind === 'known') void tap({ kind: 'join', boothId: booth.id, id: null }, () => kept(request('booth:add-known', { boothId: booth.id, userId: scanned.userId })), false);
  }
  openDialog('add-visitor');
}

function meaningOf(code: string, prefix: string, booth: BoothView): Scanned {
  const userId = scannedUserId(code, prefix);
  if (userId === null) return { kind: 'unknown', code: shortCode(code) };
  const called = booth.called.find((visit) => visit.userId === userId);
  if (called !== undefined) return { kind: 'called', boothId: booth.id, visit: called };
  const inside = booth.insideList.find((visit) => visit.userId === userId);
  return inside === undefined ? { kind: 'known', userId } : { kind: 'inside', boothId: booth.id, visit: inside };
}

async function kept(asked: Promise<Result<JoinAnswer>>): Promise<Result<JoinAnswer>> {
  const answer = await asked;
  useScreen.setState({ joined: answer.ok ? answer.value : null });
  return answer;
}
