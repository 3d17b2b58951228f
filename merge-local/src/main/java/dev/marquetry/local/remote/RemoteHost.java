/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import java.io.IOException;

/** Has a whole merge made by another machine. */
@FunctionalInterface
public interface RemoteHost {
    /**
     * Has the merge made, blocking. An output that is a file here is brought by {@link HostSession#write}; any other is
     * published there. Whatever was made elsewhere on the way
     * is deleted before this returns or throws.
     *
     * @return what came back
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    HostedOutput merge(HostSession session) throws IOException, InterruptedException;
}
