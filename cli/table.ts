import Table from "cli-table3";

/** A table for people, without colour. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

/** Prints rows: as a JSON list, or as a table. */
export function printRows<Row>(
  rows: readonly Row[],
  isJson: boolean,
  head: readonly string[],
  cells: (row: Row) => readonly string[],
): void {
  const text = isJson ? JSON.stringify(rows, undefined, 2) : tableText(head, rows.map(cells));
  process.stdout.write(`${text}\n`);
}
