/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sql;

import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.remote.RemoteType;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Plans of made-up files. */
public final class Plans {
    private Plans() {}

    /** Returns a plan of numbers without nulls: so many files that share so many columns as evenly as can be. */
    public static RemotePlan numbers(long rows, int files, int columns) {
        List<RemoteFile> features = new ArrayList<>();
        int output = 1;
        for (int file = 1; file <= files; file++) {
            int count = columns / files + (file <= columns % files ? 1 : 0);
            List<RemoteColumn> own = new ArrayList<>();
            for (int i = 0; i < count; i++, output++) {
                own.add(new RemoteColumn(output, file, "x" + i, RemoteType.FLOATING, rows, 8 * rows));
            }
            features.add(file(file, rows, own, "SNAPPY"));
        }
        return new RemotePlan(rows, false, features);
    }

    public static RemoteFile file(int index, long rows, List<RemoteColumn> columns, String... codecs) {
        String name = "f_" + index + ".parquet";
        return new RemoteFile(index, URI.create("file:///in/" + name), name, rows, 1_000, columns, List.of(codecs));
    }
}
