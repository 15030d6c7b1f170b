'use strict';
(() => {
  const list = document.querySelector('.cards');
  const cards = [...list.children];
  const sort = document.getElementById('sort');
  const filter = document.getElementById('filter');
  const count = document.getElementById('count');

  const confidence = (card) => Number(card.dataset.confidence);
  const wrong = (card) => (card.dataset.wrong === 'yes' ? 0 : 1);
  const orders = {
    wrong: (a, b) => wrong(a) - wrong(b) || confidence(b) - confidence(a),
    high: (a, b) => confidence(b) - confidence(a),
    low: (a, b) => confidence(a) - confidence(b),
    name: (a, b) => a.dataset.name.localeCompare(b.dataset.name),
  };

  function show() {
    const wanted = filter.value.trim().toLowerCase();
    let shown = 0;
    cards.sort(orders[sort.value]).forEach((card) => {
      card.hidden = !card.textContent.toLowerCase().includes(wanted);
      shown += card.hidden ? 0 : 1;
      list.append(card);
    });
    count.textContent = wanted ? `${shown} of ${cards.length}` : '';
  }

  // Controls would cover small videos: they come when they are wanted.
  document.querySelectorAll('video').forEach((video) => {
    const hide = () => {
      video.controls = !video.paused || document.activeElement === video;
    };
    for (const kind of ['pointerenter', 'focus']) {
      video.addEventListener(kind, () => {
        video.controls = true;
      });
    }
    for (const kind of ['pointerleave', 'blur', 'pause']) {
      video.addEventListener(kind, hide);
    }
    video.controls = false;
  });

  sort.addEventListener('change', show);
  filter.addEventListener('input', show);
  show();
})();
