/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs.call;

/**
 * What a call is for, said in the messages of its failures. Immutable and thread-safe.
 *
 * @param doing what could not be done if it fails, such as {@code load [f_017.parquet]}
 * @param permission the permission that the call needs, such as {@code bigquery.jobs.create}
 * @param on what the permission is needed on, such as {@code project p} or {@code bucket b}
 */
public record Request(String doing, String permission, String on) {}
