/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.CostEstimate;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A strategy that is made when it is first asked for anything, so that one that never is costs nothing. Thread-safe. */
final class OnDemandStrategy implements MergeStrategy {
    private final String name;
    private final Supplier<MergeStrategy> maker;
    private @Nullable MergeStrategy made;

    OnDemandStrategy(String name, Supplier<MergeStrategy> maker) {
        this.name = name;
        this.maker = maker;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CostEstimate estimate(MergeRequest request) {
        return made().estimate(request);
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        return made().merge(request, progress);
    }

    private synchronized MergeStrategy made() {
        MergeStrategy strategy = made;
        if (strategy == null) {
            strategy = maker.get();
            made = strategy;
        }
        return strategy;
    }
}
