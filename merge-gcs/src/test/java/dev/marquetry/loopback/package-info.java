/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * BigQuery and Cloud Storage on the loopback interface: a server for Google's own Java clients that runs SQL in DuckDB over
 * real files, with BigQuery's changes of types, its limits and its errors, and with faults to order.
 *
 * <p>Start with {@link LoopbackCloud}; {@link Faults} says what can go wrong, {@link ApiCall} which calls there are. Messages
 * are Google's where they are known; tests should look at reasons and codes.
 */
@NullMarked
package dev.marquetry.loopback;

import org.jspecify.annotations.NullMarked;
