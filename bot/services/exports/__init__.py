"""Exports of threads, searches and archives."""
