'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const { windows } = data;
  const unknown = new Set(windows.unknown);
  const video = document.getElementById('video');
  const timeline = document.getElementById('timeline');
  const head = timeline.querySelector('.head');
  const cursor = timeline.querySelector('.cursor');
  const scores = document.getElementById('window');
  const buttons = [...document.querySelectorAll('.segments button')];
  const middles = windows.starts.map((start, i) => (start + windows.ends[i]) / 2);
  // Browsers round times.
  const SLACK = 0.001;
  // Seconds under the cursor; null if it is elsewhere.
  let pointed = null;

  document.querySelectorAll('[data-color]').forEach((element) => {
    element.style.setProperty('--number', element.dataset.color);
    element.style.setProperty('--odd', element.dataset.color % 2);
  });

  // As Python prints them.
  const scoreText = (score) => (data.probable ? `${(100 * score).toFixed(1)}%` : score.toFixed(3));

  function clock(time) {
    const tenths = Math.round(10 * time);
    const minutes = Math.floor(tenths / 600);
    const two = (number) => String(number).padStart(2, '0');
    const rest = `${two(Math.floor((tenths % 600) / 10))}.${tenths % 10}`;
    if (minutes < 60) return `${minutes}:${rest}`;
    return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
  }

  // The window whose middle is nearest.
  function windowAt(time) {
    let low = 0;
    let high = middles.length - 1;
    while (low < high) {
      const half = (low + high) >> 1;
      if (middles[half + 1] - time < time - middles[half]) low = half + 1;
      else high = half;
    }
    return low;
  }

  const bars = windows.labels[0].map(() => {
    const bar = document.createElement('div');
    bar.className = 'bar';
    bar.innerHTML = '<i></i><span><b></b><b></b></span>';
    scores.append(bar);
    return bar;
  });

  let shown = -1;

  function showWindow(number) {
    if (number === shown) return;
    shown = number;
    const span = `${clock(windows.starts[number])} to ${clock(windows.ends[number])}`;
    scores.querySelector('h2').textContent = `Window ${span}`;
    document.getElementById('unknown').hidden = !unknown.has(number);
    bars.forEach((bar, k) => {
      const score = windows.scores[number][k];
      const [name, text] = bar.querySelectorAll('b');
      name.textContent = data.classes[windows.labels[number][k]];
      text.textContent = scoreText(score);
      bar.firstChild.style.width = data.probable ? `${100 * score}%` : 0;
    });
  }

  function describe(time, number) {
    const [label] = windows.labels[number];
    const best = `${data.classes[label]} ${scoreText(windows.scores[number][0])}`;
    const note = unknown.has(number) ? 'unknown, at best ' : '';
    return `${clock(time)} of ${clock(data.length)}: ${note}${best}`;
  }

  const percent = (time) => `${Math.min((100 * time) / data.length, 100)}%`;

  function draw() {
    const time = video.currentTime;
    const number = windowAt(time);
    head.style.left = percent(time);
    timeline.setAttribute('aria-valuenow', Math.min(time, data.length).toFixed(2));
    timeline.setAttribute('aria-valuetext', describe(time, number));
    cursor.hidden = pointed === null;
    if (pointed !== null) cursor.style.left = percent(pointed);
    showWindow(pointed === null ? number : windowAt(pointed));
    data.segments.forEach(({ start, end }, i) => {
      const now = start <= time + SLACK && time + SLACK < end;
      if (now === buttons[i].hasAttribute('aria-current')) return;
      if (now) buttons[i].setAttribute('aria-current', 'true');
      else buttons[i].removeAttribute('aria-current');
    });
  }

  function seek(time) {
    video.currentTime = Math.min(Math.max(time, 0), data.length);
    draw();
  }

  const toggle = () => (video.paused ? video.play() : video.pause());

  function timeOf(event) {
    const { left, width } = timeline.getBoundingClientRect();
    return data.length * Math.min(Math.max((event.clientX - left) / width, 0), 1);
  }

  timeline.addEventListener('click', (event) => seek(timeOf(event)));
  timeline.addEventListener('pointermove', (event) => {
    pointed = timeOf(event);
    if (event.buttons === 1) seek(pointed);
    else draw();
  });
  for (const kind of ['pointerleave', 'pointercancel']) {
    timeline.addEventListener(kind, () => {
      pointed = null;
      draw();
    });
  }
  timeline.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const by = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -10,
      PageUp: 10,
    }[event.key];
    if (by) seek(video.currentTime + by * data.stride);
    else if (event.key === 'Home') seek(0);
    else if (event.key === 'End') seek(data.length);
    else if (event.key === 'Enter' || event.key === ' ') toggle();
    else return;
    event.preventDefault();
  });
  buttons.forEach((button, i) => {
    button.addEventListener('click', () => seek(data.segments[i].start));
  });

  function follow() {
    draw();
    if (!video.paused) requestAnimationFrame(follow);
  }

  video.addEventListener('play', follow);
  for (const kind of ['pause', 'seeked', 'timeupdate', 'loadedmetadata']) {
    video.addEventListener(kind, draw);
  }
  video.addEventListener('error', () => {
    document.getElementById('broken').hidden = false;
  });
  // It may have come before this script.
  document.getElementById('broken').hidden = !video.error;
  draw();
})();
