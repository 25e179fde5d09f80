/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Turns each column head into a button that sorts by its column: numbers from the largest, words from A. A second press reverses the order. */
export function sortable(table: HTMLTableElement): void {
  const heads = [...table.querySelectorAll<HTMLTableCellElement>('thead th')];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const isNumber = head.classList.contains('number');
      const last = head.getAttribute('aria-sort');
      const direction = last === null ? (isNumber ? 'descending' : 'ascending') : last === 'ascending' ? 'descending' : 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', direction);
      sort(table, column, direction === 'ascending' ? 1 : -1);
    });
  });
}

function sort(table: HTMLTableElement, column: number, sign: number): void {
  const body = table.tBodies[0];
  const rows = [...(body?.rows ?? [])].sort((a, b) => sign * compare(a.cells[column], b.cells[column]));
  body?.append(...rows);
}

function compare(a: HTMLTableCellElement | undefined, b: HTMLTableCellElement | undefined): number {
  const [left, right] = [a?.dataset['value'], b?.dataset['value']];
  return left !== undefined && right !== undefined ? Number(left) - Number(right) : (a?.textContent ?? '').localeCompare(b?.textContent ?? '');
}
