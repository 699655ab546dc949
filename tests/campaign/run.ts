/** `npm run campaign -- NAME [options]`: tests that run for minutes, each with its own progress, table and exit code. */

interface Campaign {
  readonly about: string;
  /** Answers the exit code: 0 nothing wrong found, 1 something was, 2 usage. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  mixed: {
    about: 'kiosks and the backend work one festival under random faults: [--minutes 10] [--ledger mariadb|mysql|both] [--seed N]',
    run: async (args) => (await import('./mixed.ts')).runMixedCampaign(args),
  },
  mutations: {
    about: 'mistakes made in the sources on purpose, each of which a check must catch: [--only ID]',
    run: async (args) => (await import('./mutations.ts')).runMutationCampaign(args),
  },
};

const [name = '', ...args] = process.argv.slice(2);
const campaign = Object.hasOwn(CAMPAIGNS, name) ? CAMPAIGNS[name] : undefined;
if (campaign === undefined) {
  const known = Object.entries(CAMPAIGNS).map(([each, { about }]) => `  ${each}  ${about}\n`);
  process.stderr.write(`${name === '' ? 'Name a campaign' : `"${name}" is not a campaign`}:\n${known.join('')}`);
}
process.exit(campaign === undefined ? 2 : await campaign.run(args));

export {};
