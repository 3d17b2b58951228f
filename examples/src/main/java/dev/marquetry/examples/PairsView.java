/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.BatchListener;
import dev.marquetry.BatchResult.Item;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Shows how pairs go while it is open. */
interface PairsView extends BatchListener, AutoCloseable {
    @Override
    default void close() {}

    /** Returns one line that changes for a terminal, plain lines for anything else. */
    static PairsView on(PrintStream out, boolean terminal, int pairs) {
        return terminal ? new LiveView(out, pairs) : new LineView(out);
    }

    /** One line for each event. */
    record LineView(PrintStream out) implements PairsView {
        @Override
        public void onBegun(String name, MergeRequest request) {
            out.println(name + ": begun");
        }

        @Override
        public void onProgress(String name, Progress progress) {
            out.println(name + ": " + progress);
        }

        @Override
        public void onEnded(Item item) {
            out.println(PairsReport.ending(item));
        }
    }

    /** A line for each pair that ended, and under them one that says what runs. Told by one thread at a time. */
    final class LiveView implements PairsView {
        private static final int WIDTH = 79;
        private static final long REDRAW_NANOS = 200_000_000;

        private final PrintStream out;
        private final int pairs;
        private final Map<String, Progress> running = new TreeMap<>();
        private int ended;
        private long drawn = System.nanoTime() - REDRAW_NANOS;

        LiveView(PrintStream out, int pairs) {
            this.out = out;
            this.pairs = pairs;
        }

        @Override
        public void onProgress(String name, Progress progress) {
            running.put(name, progress);
            progress.warning().ifPresent(text -> above(name + ": warning: " + text));
            if (System.nanoTime() - drawn >= REDRAW_NANOS) {
                draw();
            }
        }

        @Override
        public void onEnded(Item item) {
            running.remove(item.name());
            ended++;
            above(PairsReport.ending(item));
            draw();
        }

        private void above(String text) {
            out.print("\r\u001b[K" + text + System.lineSeparator());
        }

        private void draw() {
            StringBuilder line = new StringBuilder(ended + " of " + pairs + " pairs");
            long memory = 0;
            for (Map.Entry<String, Progress> pair : running.entrySet()) {
                Progress progress = pair.getValue();
                memory += progress.memoryBytes();
                line.append(String.format(
                        Locale.ROOT,
                        " | %s %s %d %%",
                        pair.getKey(),
                        progress.phase().verb(),
                        100 * progress.bytesDone() / Math.max(1, progress.bytesTotal())));
            }
            if (!running.isEmpty()) {
                line.append(" | ").append(new MemorySize(memory));
            }
            out.print("\r\u001b[K" + line.substring(0, Math.min(WIDTH, line.length())));
            out.flush();
            drawn = System.nanoTime();
        }

        @Override
        public void close() {
            out.print("\r\u001b[K");
            out.flush();
        }
    }
}
