/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.stage;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/** Bytes to be sent, which can be read from the start as often as needed. */
@FunctionalInterface
public interface Content {
    /** Returns a fresh channel at the first byte; whoever called closes it. */
    ReadableByteChannel open() throws IOException;
}
