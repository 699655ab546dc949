/** What a configuration holds that no log may repeat. */
import type { Config } from '../config.ts';

/** A name like "hooks" in a webhook's path is none; what is random is longer. */
const TOKEN_MIN_CHARS = 8;

export function secretsOf(config: Pick<Config, 'stores' | 'redisSentinels' | 'notifyWebhookUrl' | 'notifyAmqpUrl' | 'slackWebhookUrl'>): readonly string[] {
  const servers = config.stores?.kind === 'servers' ? [config.stores.redisUrl, config.stores.mysqlUrl] : [];
  const webhooks = [config.notifyWebhookUrl, config.slackWebhookUrl].filter((url) => url !== null);
  const logins = [...servers, ...config.redisSentinels, ...webhooks, ...(config.notifyAmqpUrl === null ? [] : [config.notifyAmqpUrl])];
  return [...logins.flatMap(passwordIn), ...webhooks.flatMap(pathIn)];
}

function passwordIn(url: string): readonly string[] {
  const { password } = new URL(url);
  return password === '' ? [] : [password, decodeURIComponent(password)];
}

/** Whole, and its telling parts alone. */
function pathIn(url: string): readonly string[] {
  const { pathname, search, searchParams } = new URL(url);
  const parts = [...pathname.split('/'), ...searchParams.values()].filter((part) => part.length >= TOKEN_MIN_CHARS);
  return [`${pathname}${search}`, pathname, ...parts].filter((part) => part !== '/');
}
