/** Tells what just happened, and what proves it. */
export type Narrate = (title: string, evidence?: readonly string[]) => void;
