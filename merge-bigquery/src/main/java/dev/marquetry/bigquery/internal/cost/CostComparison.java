/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.cost;

import dev.marquetry.bigquery.internal.sql.Group;
import dev.marquetry.bigquery.internal.sql.LogicalBytes;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemotePlan;
import java.math.BigDecimal;
import java.util.List;

/**
 * What flat column groups scan against a merge that joins some tables at a time to the table made so far, which it thereby
 * reads again and again, and copies in the end. Immutable and thread-safe.
 *
 * @param flatBytes bytes billed for the queries of column groups
 * @param flatDollars what these cost
 * @param iterativeBytes bytes billed for the iterative merge's queries
 * @param iterativeDollars what these cost
 */
public record CostComparison(long flatBytes, BigDecimal flatDollars, long iterativeBytes, BigDecimal iterativeDollars) {
    /**
     * Compares the two ways of one merge.
     *
     * @param spineColumns columns of the spine, which the iterative merge carries along; each value is counted as a number
     * @param filesPerBatch how many feature files the iterative merge joins at a time
     */
    public static CostComparison of(
            RemotePlan plan, List<Group> groups, int spineColumns, int filesPerBatch, Prices prices) {
        Costs costs = new Costs(prices);
        long flat = new Scan(plan).billedBytes(groups);
        long iterative = iterativeBytes(plan, spineColumns, filesPerBatch);
        return new CostComparison(flat, costs.scanDollars(flat), iterative, costs.scanDollars(iterative));
    }

    private static long iterativeBytes(RemotePlan plan, int spineColumns, int filesPerBatch) {
        long soFar = LogicalBytes.NUMBER * plan.rows() * spineColumns;
        long billed = 0;
        List<RemoteFile> files = plan.features();
        for (int begin = 0; begin < files.size(); begin += filesPerBatch) {
            billed += least(soFar);
            for (RemoteFile file : files.subList(begin, Math.min(files.size(), begin + filesPerBatch))) {
                long bytes = LogicalBytes.of(file);
                billed += least(bytes);
                soFar += bytes - LogicalBytes.NUMBER * file.rows();
            }
        }
        return billed + least(soFar);
    }

    private static long least(long tableBytes) {
        return Math.max(tableBytes, Scan.LEAST_TABLE_BYTES);
    }
}
