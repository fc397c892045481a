import { type RefObject, useEffect, useRef } from 'react';
import { useSeatMap, useSession } from '../choice/use-session.ts';
import type { SeatMapRenderer } from '../engine/renderer.ts';
import styles from './map.module.css';

/** The whole hall, small, with a frame around what the map shows; a press goes there. */
export function MiniMap({
  renderer,
  frame,
}: {
  readonly renderer: RefObject<SeatMapRenderer | null>;
  readonly frame: RefObject<HTMLDivElement | null>;
}) {
  const { hall } = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);
  const version = useSeatMap((state) => state.version);
  const box = hall!.box;
  const [width, height] = [box.maxX - box.minX, box.maxY - box.minY];
  // Drawn again when seats have changed, but not for each at once.
  useEffect(() => {
    const timer = setTimeout(
      () => canvas.current && renderer.current?.drawWhole(canvas.current),
      version === 0 ? 120 : 1_000,
    );
    return () => clearTimeout(timer);
  }, [version, renderer]);
  return (
    // The map itself can do all of it by keys: this is for pointers only.
    <div
      className={`${styles.corner} ${styles.mini}`}
      data-over-map
      aria-hidden="true"
      onPointerDown={(event) => {
        const area = canvas.current!.getBoundingClientRect();
        const at = {
          x: box.minX + ((event.clientX - area.left) / area.width) * width,
          y: box.minY + ((event.clientY - area.top) / area.height) * height,
        };
        const { view, size } = renderer.current!;
        renderer.current!.move({
          ...view,
          x: size.width / 2 - at.x * view.scale,
          y: size.height / 2 - at.y * view.scale,
        });
      }}
    >
      <div className={styles.miniBox} style={{ aspectRatio: `${width} / ${Math.max(height, width / 2)}` }}>
        <canvas ref={canvas} />
        <div ref={frame} className={styles.miniFrame} />
      </div>
    </div>
  );
}
