/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A column group on its way back: one or more Parquet files, its shards, laid end to end in a scratch file. Each has the
 * column {@link RemotePlan#ROW} and behind it the group's columns, under their staged names and in order; their rows
 * together are all of the spine's, each once, in any order.
 */
public interface RemoteGroup {
    /** Returns its columns, which lie side by side in the output. */
    List<RemoteColumn> columns();

    /** Writes what remains in {@code bytes} at {@code position}, counted from the begin of the first shard. Thread-safe. */
    void write(long position, ByteBuffer bytes) throws IOException;

    /**
     * Ends the group, whose shards have {@code shardBytes} bytes each, in the order they were laid. Called once, by one
     * thread.
     *
     * @throws dev.marquetry.MergeFailedException if they are not as described above
     */
    void complete(List<Long> shardBytes) throws IOException;
}
