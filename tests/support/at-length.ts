/** Whether a campaign runs the tests: it has the time for all that `npm test` divides among the servers, or does less often. */
export const AT_LENGTH = process.env['KIOSK_TEST_AT_LENGTH'] === '1';
