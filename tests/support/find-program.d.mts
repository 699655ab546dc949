export declare const ROOT: string;
export declare function findProgram(...names: string[]): string | null;
export declare function findRabbitmq(): string | null;
export declare function findChromium(): string | null;
export declare function findHeadlessChromium(): string | null;
export declare function findElectron(): string | null;
