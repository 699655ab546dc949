/** Every state of the screen judged by axe, in both looks, and the board measured in both languages on every size. Exit code 1: it found something. */
import type { CampaignEnd } from './campaign-end.ts';
import { runVitest } from './run-vitest.ts';

export async function runScreensCampaign(args: readonly string[]): Promise<CampaignEnd> {
  if (args.length > 0) {
    process.stdout.write('Usage: screens\n');
    return { code: 2, figures: '' };
  }
  const isGreen = await runVitest(['tests/renderer/accessibility.test.ts', 'tests/renderer/layout.test.ts'], { KIOSK_TEST_AT_LENGTH: '1' });
  return { code: isGreen ? 0 : 1, figures: 'every state in both looks, the board in both languages on every size' };
}
