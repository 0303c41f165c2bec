"""The services of Minglu, independent of one another.

A regular package on purpose: ``services/typing`` shares a name with the standard library, and only a regular
package keeps ``import typing`` meaning the standard library's.
"""
