/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.worker;

import dev.marquetry.spi.wire.WorkEvent;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The child's voice: events as lines. Each begins on a line of its own, whatever else was written before. Thread-safe. */
public final class EventLines implements Consumer<WorkEvent> {
    private final PrintStream out;

    /** Writes to {@code out}. */
    public EventLines(OutputStream out) {
        this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void accept(WorkEvent event) {
        out.print("\n" + event.toLine() + "\n");
        out.flush();
    }
}
