/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sql;

import dev.marquetry.MemorySize;
import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemotePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds every reason why BigQuery could not join a merge's files, from footers alone. */
public final class Refusals {
    /** Bytes that a row may have: {@value} (100 MB). */
    public static final long MAX_ROW_BYTES = 100_000_000;

    /** Files that one merge loads at most: {@value}, a tenth of what a project may load in a day. */
    public static final int MAX_FILES = 10_000;

    /** The codecs whose pages BigQuery loads. */
    private static final Set<String> CODECS = Set.of("UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "LZ4_RAW", "ZSTD");

    private Refusals() {}

    /** Returns the reasons, one line each, naming file and column; none if BigQuery can be expected to serve. */
    public static List<String> of(RemotePlan plan) {
        List<String> reasons = new ArrayList<>();
        if (plan.features().size() > MAX_FILES) {
            reasons.add("BigQuery takes at most " + MAX_FILES + " files in one merge but there are "
                    + plan.features().size());
        }
        for (RemoteFile file : plan.features()) {
            addTo(reasons, file);
        }
        return reasons;
    }

    private static void addTo(List<String> reasons, RemoteFile file) {
        for (String codec : file.codecs()) {
            if (!CODECS.contains(codec)) {
                reasons.add("[" + file.name() + "] BigQuery does not load pages of codec " + codec);
            }
        }
        // Its row numbers are one column more.
        if (file.columns().size() >= GroupLimits.MAX_RESULT_COLUMNS) {
            reasons.add("[" + file.name() + "] BigQuery takes at most " + (GroupLimits.MAX_RESULT_COLUMNS - 1)
                    + " columns of one file but it has " + file.columns().size());
        }
        if (file.rows() == 0) {
            return;
        }
        long row = LogicalBytes.of(file) / file.rows();
        if (row > MAX_ROW_BYTES) {
            RemoteColumn widest = file.columns().get(0);
            for (RemoteColumn column : file.columns()) {
                widest = LogicalBytes.of(column) > LogicalBytes.of(widest) ? column : widest;
            }
            reasons.add("[" + file.name() + "] BigQuery takes rows of at most " + MemorySize.bytes(MAX_ROW_BYTES)
                    + " but its rows have " + MemorySize.bytes(row) + " on average, most of it in column '"
                    + widest.name() + "'");
        }
    }
}
