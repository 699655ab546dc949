/** Why a connection to a server did not come about, in words for people: network and TLS, for all stores alike. */

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused; is the server running there?',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the host name cannot be looked up; is the network up?',
  ETIMEDOUT: 'the connection attempt timed out',
  EHOSTUNREACH: 'there is no route to that host',
  ENETUNREACH: 'the network cannot be reached',
  ECONNRESET: 'the connection was broken',
  NO_ANSWER: 'something accepts the connection but does not answer as a MySQL or MariaDB server',
  PROTOCOL_CONNECTION_LOST: 'the connection was closed before it could be used',
};

const UNKNOWN_AUTHORITY = 'its certificate comes from an authority this kiosk does not know; tlsCaFile names the one to trust';
const TLS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  CERT_SIGNATURE_FAILURE: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: "its certificate has expired, or this computer's clock is wrong",
  CERT_NOT_YET_VALID: "its certificate is not valid yet, or this computer's clock is wrong",
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate was made for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there',
  HANDSHAKE_NO_SSL_SUPPORT: 'it does not speak TLS there',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks only versions of TLS before 1.2',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it speaks only versions of TLS before 1.2',
};
const TLS_CODE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|HANDSHAKE_SSL|EPROTO/;

/** Null for a code that is not the network's. */
export function networkReason(code: string): string | null {
  return NETWORK[code] ?? null;
}

/** Null for a code that has nothing to do with TLS. */
export function tlsReason(code: string): string | null {
  return TLS[code] ?? (TLS_CODE.test(code) ? `the handshake failed (${code})` : null);
}
