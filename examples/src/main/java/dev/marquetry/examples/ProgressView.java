/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import java.io.PrintStream;

/** Shows progress while it is open. */
interface ProgressView extends ProgressListener, AutoCloseable {
    @Override
    default void close() {}

    /** Returns a bar for a terminal, plain lines for anything else. */
    static ProgressView on(PrintStream out, boolean terminal) {
        return terminal ? new BarView(out) : new LineView(out);
    }

    /** One line for each event. */
    record LineView(PrintStream out) implements ProgressView {
        @Override
        public void onProgress(Progress progress) {
            out.println(progress);
        }
    }
}
