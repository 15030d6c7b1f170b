'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const video = document.getElementById('video');
  const play = document.getElementById('play');
  const strength = document.getElementById('strength');
  const hold = document.getElementById('hold');
  const canvases = [...document.querySelectorAll('canvas')];
  const captions = [...document.querySelectorAll('.chosen')];
  const sections = [...document.querySelectorAll('.model')];
  // Time stamps are rounded on their way here.
  const SLACK = 0.002;
  const end = data.times[data.times.length - 1] + frameLength();
  let mediaTime = 0;

  function frameLength() {
    const { times } = data;
    return times.length > 1 ? times[times.length - 1] / (times.length - 1) : 0.04;
  }

  function load(uri) {
    const image = new Image();
    image.onload = draw;
    image.src = uri;
    return image;
  }

  const panels = data.panels.map((panel) => ({
    ...panel,
    chosen: 0,
    cover: panel.cover && load(panel.cover),
    classes: panel.classes.map((c) => ({ ...c, maps: c.maps.map(load) })),
  }));

  function last(starts, time) {
    let i = 0;
    while (i + 1 < starts.length && starts[i + 1] <= time + SLACK) i += 1;
    return i;
  }

  const frameAt = (time) => last(data.times, time);
  const imageAt = (panel, time) => last(panel.images.map((x) => x.start), time);

  // The same frame of the same video, and a map over it: they cannot part.
  function draw() {
    if (!video.videoWidth) return;
    panels.forEach((panel, i) => {
      const canvas = canvases[i];
      if (canvas.width !== video.videoWidth) {
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
      }
      const context = canvas.getContext('2d');
      const size = [0, 0, canvas.width, canvas.height];
      context.globalAlpha = 1;
      context.drawImage(video, ...size);
      if (panel.cover && panel.cover.complete) context.drawImage(panel.cover, ...size);
      const number = imageAt(panel, mediaTime);
      const [from, to] = panel.images[number].seen;
      const seen = mediaTime >= from - SLACK && mediaTime < to - SLACK;
      const map = panel.classes[panel.chosen].maps[number];
      const faint = hold.checked ? data.unseen : 0;
      context.globalAlpha = (strength.value / 100) * (seen ? 1 : faint);
      if (map.complete && context.globalAlpha) context.drawImage(map, ...size);
      mark(sections[i], panel, number);
    });
  }

  function mark(section, panel, number) {
    const timeline = section.querySelector('.timeline');
    timeline.querySelectorAll('button').forEach((button, i) => {
      button.classList.toggle('now', i === number);
    });
    timeline.querySelector('.head').style.left = `${(100 * mediaTime) / end}%`;
  }

  // Percent of the timeline's height for a value.
  function scaleOf(found) {
    const values = [...(found.head_contributions || []), ...(found.gradient_input || []), 0];
    const high = Math.max(...values);
    const low = Math.min(...values);
    const range = (high - low || 1) * 1.08;
    return (value) => (100 * (high * 1.04 - value)) / range;
  }

  function showTimeline(i) {
    const panel = panels[i];
    const found = panel.classes[panel.chosen];
    const values = found.head_contributions || found.gradient_input;
    const y = scaleOf(found);
    const timeline = sections[i].querySelector('.timeline');
    const focused = [...timeline.children].indexOf(document.activeElement);
    timeline.replaceChildren(
      ...panel.images.map((image, k) => {
        const next = panel.images[k + 1] ? panel.images[k + 1].start : end;
        const button = document.createElement('button');
        button.type = 'button';
        // Shares that add up to less than 1, as seconds may, would leave a gap.
        button.style.flex = `${Math.max((1000 * (next - image.start)) / end, 1)} 0 0`;
        let label = `Segment ${k + 1}, ${image.seen[0].toFixed(2)} s`;
        if (values) {
          label += `, contribution ${signed(values[k])}`;
          button.append(box('contribution', y(Math.max(values[k], 0)), y(Math.min(values[k], 0)), values[k] < 0));
          if (found.head_contributions && found.gradient_input) button.append(box('tick', y(found.gradient_input[k])));
        }
        button.title = label;
        button.setAttribute('aria-label', label);
        button.addEventListener('click', () => seek(image.seen[0]));
        return button;
      }),
      ...(values ? [box('zero', y(0))] : []),
      box('head', 0),
    );
    if (focused >= 0) timeline.children[focused].focus();
    captions[i].textContent = found.name;
    canvases[i].setAttribute('aria-label', `Video with the maps of ${panel.title} for ${found.name}`);
    sections[i].querySelector('.explained').textContent = explain(panel, found, values);
  }

  function box(kind, top, bottom, against) {
    const element = document.createElement('span');
    element.className = against ? `${kind} against` : kind;
    element.style.top = `${top}%`;
    if (bottom !== undefined) element.style.height = `${bottom - top}%`;
    return element;
  }

  const signed = (x) => (x <= -0.005 ? '−' : '+') + Math.abs(x).toFixed(2);

  function explain(panel, found, values) {
    if (!values) return '';
    const sum = values.reduce((a, b) => a + b, 0);
    const best = values.indexOf(Math.max(...values));
    const gains = values.filter((x) => x > 0).reduce((a, b) => a + b, 0);
    const rest = panel.exact || found.head_contributions ? 'biases' : 'biases and approximation error';
    let text = `Logit ${signed(found.logit)} = ${signed(sum)} (sum of the contributions) ${signed(found.logit - sum)} (${rest}).`;
    if (gains > 0) {
      const share = Math.round((100 * values[best]) / gains);
      text += ` Segment ${best + 1} has ${share}% of the positive contributions to ${found.name}.`;
    }
    return text;
  }

  function seek(time) {
    video.pause();
    // Into the frame, not onto its edge.
    video.currentTime = time + frameLength() / 4;
  }

  function step(by) {
    const next = Math.min(Math.max(frameAt(mediaTime) + by, 0), data.times.length - 1);
    seek(data.times[next]);
  }

  const toggle = () => (video.paused ? video.play() : video.pause());

  panels.forEach((panel, i) => {
    const bars = [...sections[i].querySelectorAll('.bar')];
    bars.forEach((bar, k) => {
      bar.addEventListener('click', () => {
        panel.chosen = k;
        bars.forEach((other, n) => other.setAttribute('aria-pressed', n === k));
        showTimeline(i);
        draw();
      });
    });
    showTimeline(i);
  });

  play.addEventListener('click', toggle);
  document.getElementById('back').addEventListener('click', () => step(-1));
  document.getElementById('on').addEventListener('click', () => step(1));
  document.getElementById('speed').addEventListener('change', (event) => {
    video.playbackRate = Number(event.target.value);
  });
  strength.addEventListener('input', draw);
  hold.addEventListener('change', draw);
  for (const kind of ['play', 'pause']) {
    video.addEventListener(kind, () => {
      play.textContent = video.paused ? 'Play' : 'Pause';
    });
  }
  document.addEventListener('keydown', (event) => {
    if (event.target.closest('button, input, select, video, summary')) return;
    if (event.key === ' ') toggle();
    else if (event.key === 'ArrowLeft') step(-1);
    else if (event.key === 'ArrowRight') step(1);
    else return;
    event.preventDefault();
  });

  // Called with every frame that is shown, in playing and in seeking.
  if (video.requestVideoFrameCallback) {
    const shown = (now, frame) => {
      mediaTime = frame.mediaTime;
      draw();
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  } else {
    const shown = () => {
      mediaTime = video.currentTime;
      draw();
      requestAnimationFrame(shown);
    };
    requestAnimationFrame(shown);
  }
  video.addEventListener('loadeddata', draw);
})();
