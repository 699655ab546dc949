/** Whether a campaign runs the tests: it has the time for all that `npm test` asks of one server or look, or does less often. */
export const AT_LENGTH = process.env['KIOSK_TEST_AT_LENGTH'] === '1';
