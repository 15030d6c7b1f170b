'use strict';
(() => {
  const table = document.getElementById('by-class');
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];

  function compare(a, b) {
    const numbers = [Number(a), Number(b)];
    return numbers.some(Number.isNaN) ? a.localeCompare(b) : numbers[0] - numbers[1];
  }

  heads.forEach((head, column) => {
    head.querySelector('button').addEventListener('click', () => {
      const up = head.getAttribute('aria-sort') !== 'ascending';
      heads.forEach((other) => other.setAttribute('aria-sort', 'none'));
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const value = (row) => row.cells[column].dataset.value;
      const rows = [...body.rows].sort((a, b) => compare(value(a), value(b)));
      body.append(...(up ? rows : rows.reverse()));
    });
  });
})();
