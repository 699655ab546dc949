/**
 * Who is at work at this kiosk, chosen by one tap. Until the next choice or start; it decides nothing, and is in the journal of every action.
 */
export interface Staff {
  chosen(): string | null;
  /** null: nobody. False when the settings do not know the name. */
  choose(name: string | null): boolean;
}

export function createStaff(names: readonly string[], onChange: () => void): Staff {
  let chosen: string | null = null;
  return {
    chosen: () => chosen,
    choose(name) {
      if (name !== null && !names.includes(name)) return false;
      chosen = name;
      onChange();
      return true;
    },
  };
}
