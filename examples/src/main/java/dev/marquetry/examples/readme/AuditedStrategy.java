/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import dev.marquetry.CostEstimate;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import java.util.function.Consumer;

// tag::own-strategy
/** Merges as another strategy does and tells {@code audit} about every output. Thread-safe if both are. */
public record AuditedStrategy(MergeStrategy merger, Consumer<MergeResult> audit) implements MergeStrategy {
    @Override
    public String name() {
        return merger.name();
    }

    @Override
    public CostEstimate estimate(MergeRequest request) {
        return merger.estimate(request);
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        MergeResult wide = merger.merge(request, progress);
        audit.accept(wide);
        return wide;
    }
}
// end::own-strategy
