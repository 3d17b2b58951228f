/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the output's row groups: of all divisions of the spine's rows found in the inputs, the one that most input
 * bytes have, so that most can be copied; the spine's own when there is a tie. Depends on the footers alone.
 */
final class RowGroupLayout {
    private RowGroupLayout() {}

    /** Returns the first row of each output row group, and behind them the number of rows. */
    static int[] choose(List<InputFile> files) {
        int rows = files.get(0).rows();
        Map<List<Integer>, Long> bytes = new LinkedHashMap<>();
        for (InputFile file : files) {
            if (file.rows() == rows) {
                bytes.merge(division(file), file.sizes().totalCompressed(), Long::sum);
            }
        }
        List<Integer> best = division(files.get(0));
        for (Map.Entry<List<Integer>, Long> entry : bytes.entrySet()) {
            if (entry.getValue() > bytes.getOrDefault(best, 0L)) {
                best = entry.getKey();
            }
        }
        int[] start = new int[best.size() + 1];
        for (int g = 0; g < best.size(); g++) {
            start[g + 1] = start[g] + best.get(g);
        }
        return start;
    }

    private static List<Integer> division(InputFile file) {
        return Arrays.stream(file.rowGroupRows())
                .filter(rows -> rows > 0)
                .boxed()
                .toList();
    }
}
