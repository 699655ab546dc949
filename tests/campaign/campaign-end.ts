/** What a campaign ends with: a row of the last table. */
export interface CampaignEnd {
  /** 0: nothing wrong found. 1: something was. 2: asked for wrongly. */
  readonly code: 0 | 1 | 2;
  /** What was done, in a few figures. */
  readonly figures: string;
}
