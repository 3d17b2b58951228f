/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.PageCodec;
import java.util.EnumMap;
import java.util.Map;
import org.apache.parquet.format.CompressionCodec;

/** The codecs one worker uses, made when first needed and charged to the budget. Not thread-safe. */
public final class WorkerCodecs implements AutoCloseable {
    private final Map<CompressionCodec, PageCodec> codecs = new EnumMap<>(CompressionCodec.class);
    private final MemoryBudget budget;
    private final Place place;

    /** Begins with none. */
    public WorkerCodecs(MemoryBudget budget, Place place) {
        this.budget = budget;
        this.place = place;
    }

    /** Returns the codec for {@code codec}. */
    public PageCodec of(CompressionCodec codec) {
        PageCodec known = codecs.get(codec);
        if (known == null) {
            known = PageCodec.of(codec);
            budget.take(PageCodec.nativeBytes(codec), place);
            codecs.put(codec, known);
        }
        return known;
    }

    @Override
    public void close() {
        codecs.forEach((codec, open) -> {
            open.close();
            budget.give(PageCodec.nativeBytes(codec));
        });
        codecs.clear();
    }
}
