/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.util.regex.Pattern;

/** An export that claims success, but whose files are not as they should be. */
public final class ExportFault extends Fault<ExportFault> {
    private final Pattern uri;
    private volatile boolean reverses;
    private volatile int lost = -1;
    private volatile int truncated = -1;
    private volatile boolean addsEmpty;

    ExportFault(Pattern uri) {
        this.uri = uri;
    }

    /** Gives the last rows to the first file and so on: the names do not follow the order of the rows. */
    public ExportFault reverseShards() {
        reverses = true;
        return this;
    }

    /** Leaves out the file of that number, from 0. */
    public ExportFault loseShard(int number) {
        lost = number;
        return this;
    }

    /** Cuts off the second half of the file of that number, from 0. */
    public ExportFault truncateShard(int number) {
        truncated = number;
        return this;
    }

    /** Adds a file without rows at the end, which the real service may do at any time. */
    public ExportFault addEmptyShard() {
        addsEmpty = true;
        return this;
    }

    boolean strikes(String wanted) {
        return uri.matcher(wanted).matches() && strikes();
    }

    boolean reverses() {
        return reverses;
    }

    boolean loses(int shard) {
        return shard == lost;
    }

    boolean truncates(int shard) {
        return shard == truncated;
    }

    boolean addsEmpty() {
        return addsEmpty;
    }
}
