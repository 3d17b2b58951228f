/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.scratch.Output;
import dev.marquetry.local.internal.scratch.ScratchFile;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import java.io.IOException;

/** A file in scratch that is renamed or linked to where it belongs. */
public final class FileDestination implements Destination {
    private final ScratchFolder scratch;
    private final ScratchFile file;
    private final boolean replace;

    /** Begins the file; it will take the place of an old one only if {@code replace}. */
    public FileDestination(ScratchFolder scratch, boolean replace) throws IOException {
        this.scratch = scratch;
        this.replace = replace;
        file = scratch.create("output");
    }

    @Override
    public Output output() {
        return file;
    }

    @Override
    public void verify(
            MergePlan plan, OutputWriter.Written written, MemoryBudget budget, Place place, MergeControl control)
            throws IOException {
        file.close();
        Verifier.verify(plan, file.path(), written, budget, place, control);
    }

    @Override
    public void publish() throws IOException {
        file.close();
        scratch.publish(file.path(), replace);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
