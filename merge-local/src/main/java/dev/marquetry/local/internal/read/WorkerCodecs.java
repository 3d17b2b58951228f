/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.PageCodec;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.parquet.format.CompressionCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The codecs one worker uses, made when first needed and charged to the budget. Not thread-safe. */
public final class WorkerCodecs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerCodecs.class);
    private static final Set<CompressionCodec> PREPARED = ConcurrentHashMap.newKeySet();

    private final Map<CompressionCodec, PageCodec> codecs = new EnumMap<>(CompressionCodec.class);
    private final MemoryBudget budget;
    private final Place place;

    /** Begins with none. */
    public WorkerCodecs(MemoryBudget budget, Place place) {
        this.budget = budget;
        this.place = place;
    }

    /**
     * Begins to load {@code codec}, unless null, in a thread of its own: unpacking a native library can take a tenth of a second,
     * which other work does not have to wait for. What fails here will fail again, and be told, where the codec is used.
     */
    public static void prepare(@Nullable CompressionCodec codec) {
        if (codec == null || !PREPARED.add(codec)) {
            return;
        }
        Thread thread = new Thread(
                () -> {
                    try (PageCodec loaded = PageCodec.of(codec)) {
                        loaded.compress(new byte[1], 0, 1, new byte[loaded.maxCompressedLength(1)], 0);
                    } catch (RuntimeException | LinkageError e) {
                        LOG.debug("Codec {} can not be loaded", codec, e);
                    }
                },
                "marquetry-codec");
        thread.setDaemon(true);
        thread.start();
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
