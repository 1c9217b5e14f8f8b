/** What a command knows of the world, and may do to it. */
export interface Terminal {
  writeFile(path: string, text: string): void;
  /** The width of the terminal, in columns. */
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}
