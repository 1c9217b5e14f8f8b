/** What a command may do to the world. */
export interface Terminal {
  out(text: string): void;
  writeFile(path: string, text: string): void;
  /** The width of the terminal, in columns. */
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}
